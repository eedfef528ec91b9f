"""What an evidence pack is made of, gathered from the database and proved before it is handed out."""
