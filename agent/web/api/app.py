"""The FastAPI application of the API."""

from fastapi import FastAPI

from agent.web.office import Office
from agent.web.wire import App


def build(office: Office) -> App:
    return FastAPI(title="Tocsin")
