"""What happens when a request, a job or a command comes."""
