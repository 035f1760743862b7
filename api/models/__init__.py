"""The bodies that travel over HTTP, as pydantic models; inside, the domain's own types are used."""
