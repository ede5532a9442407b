"""A FastAPI app behind a policy. Run it: uvicorn examples.fastapi_app:app"""

from fastapi import FastAPI

from crossorigin import Policy
from crossorigin.middleware.asgi import CORSMiddleware

api = FastAPI()


@api.get("/items/{item}")
def read_item(item: int) -> dict[str, int]:
    return {"item": item}


@api.put("/items/{item}")
def write_item(item: int, values: dict[str, str]) -> dict[str, object]:
    return {"item": item, "values": values}


@api.get("/broken")
def broken() -> None:
    raise RuntimeError("a bug: the page shall still be told that it was a 500")


policy = Policy(
    allow_origins=["https://app.example.com", "https://*.preview.example.com"],
    allow_methods=["PUT"],
    allow_headers=["content-type"],
    allow_credentials=True,
    max_age=600,
)

# Around the app, not inside it: so the fields are on FastAPI's own 404, 405, 422 and 500 too.
app = CORSMiddleware(api, policy)
