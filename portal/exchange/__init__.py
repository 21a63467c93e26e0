"""Exchange 交换: files in and files out: imports, exports, papers."""
