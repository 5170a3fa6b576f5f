"""The `workbench` command: one file a command or group, imported when it is called."""
