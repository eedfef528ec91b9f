"""What the registry says of every minute: schools, people, cars, terminals and permitted days."""
