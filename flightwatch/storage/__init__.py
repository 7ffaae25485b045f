"""What is kept on disk: the SQLite database, and the tables that ship. The only room with SQL."""
