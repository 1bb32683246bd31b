"""The texts of e-mails, a module for each domain that sends some."""
