"""What campaigns brought, where a table says who was contacted when."""
