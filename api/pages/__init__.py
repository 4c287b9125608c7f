"""Server-rendered pages: form in, service, view, template."""
