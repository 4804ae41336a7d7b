"""Addresses of the go-live cockpit: the board and the review by keyboard."""

from django.urls import path

from tieback.web.golive import (
    board,
    board_doing,
    board_views,
    review,
    review_deciding,
    review_twins,
)

urlpatterns = [
    path("", board.board, name="board"),
    path("progress/", board.progress, name="board-progress"),
    path("matches/", board_doing.find_matches, name="board-matches"),
    path("plan/", board_doing.plan, name="board-plan"),
    path("views/", board_views.save, name="views"),
    path("views/<int:view_id>/", board_views.change, name="view"),
    path("review/", review.review, name="review"),
    path("review/undo/", review_deciding.undo, name="review-undo"),
    path("review/<int:job_id>/decide/", review_deciding.decide, name="review-decide"),
    path("review/<int:job_id>/mend/", review_deciding.mend, name="review-mend"),
    path("twins/", review_twins.twins, name="twins"),
    path("twins/<int:group>/decide/", review_twins.decide, name="twins-decide"),
]
