"""Us and them: firms, their members and customers, and the ground that every fact stands on."""
