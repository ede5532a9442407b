"""A FastAPI app with a policy, and two of its routes with others. Run it: uvicorn examples.fastapi_app:app"""

from fastapi import APIRouter, Depends, FastAPI

from crossorigin import Policy
from crossorigin.middleware.starlette import CORS, cors

app = FastAPI()

# Outside all that is added to the app: so the fields are on FastAPI's own 404, 405, 422 and 500 too.
CORS(
    app,
    Policy(
        allow_origins=["https://app.example.com", "https://*.preview.example.com"],
        allow_methods=["PUT"],
        allow_headers=["content-type"],
        allow_credentials=True,
        max_age=600,
    ),
)


@app.get("/items/{item}")
def read_item(item: int) -> dict[str, int]:
    return {"item": item}


@app.put("/items/{item}")
def write_item(item: int, values: dict[str, str]) -> dict[str, object]:
    return {"item": item, "values": values}


@app.get("/broken")
def broken() -> None:
    raise RuntimeError("a bug: the page shall still be told that it was a 500")


@app.get("/rates")
@cors(allow_origins="*")
def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


@cors(allow_origins=["https://partner.example"])
async def partners() -> None:
    """What depends on this is read by the partner's pages alone."""


reports = APIRouter(prefix="/reports", dependencies=[Depends(partners)])


@reports.get("/today")
def today() -> dict[str, int]:
    return {"sold": 7}


app.include_router(reports)
