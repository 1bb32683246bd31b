"""QTI 2.1, 2.2 and 3 of 1EdTech: items, and packages of items (imsglobal.org/question)."""
