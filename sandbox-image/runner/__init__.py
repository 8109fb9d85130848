"""The program inside a sandbox: supervisor (PID 1), zygotes, and one child per execution. Standard library only."""
