"""The API under /api/v1, and its OpenAPI document. Imported late: it brings FastAPI."""
