"""What browsers get of assessments besides GraphQL and Socket.IO."""
