"""From the text of a document to its plan: looked up, bounded, parsed, validated and kept."""
