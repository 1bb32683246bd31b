"""What e-mails say, a module for each domain that sends some."""
