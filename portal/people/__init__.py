"""People 人员: accounts, sessions and the roles they hold on a division."""
