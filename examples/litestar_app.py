"""A Litestar app: a policy for the app, and a public route. Run it: uvicorn examples.litestar_app:app"""

from litestar import Litestar, delete, get
from litestar.params import FromPath

from crossorigin import Policy
from crossorigin.middleware.litestar import CORS, cors


@get("/rates", sync_to_thread=False)
@cors(allow_origins="*")
def rates() -> dict[str, float]:
    return {"EUR": 1.0, "USD": 1.1}


@delete("/api/sessions/{session:int}", sync_to_thread=False)
def end_session(session: FromPath[int]) -> None:
    return None


app = Litestar([rates, end_session])
CORS(app, Policy(allow_origins=["https://app.example.com"], allow_methods="route", allow_credentials=True))
