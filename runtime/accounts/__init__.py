"""People's logins: passwords, sessions, signing in and out, first staff."""
