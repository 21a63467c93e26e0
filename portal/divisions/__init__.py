"""Administrative divisions 行政区划: identities with dated names, codes and shapes. Every room stands on it."""
