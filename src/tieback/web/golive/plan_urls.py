"""Addresses of the go-live cockpit: plans of many rows, their files, approval and undo."""

from django.urls import path

from tieback.web.golive import plan_doing, plan_files, plan_fixes, plan_list, plan_page

urlpatterns = [
    path("plans/", plan_list.index, name="plans"),
    path("plans/approval/", plan_doing.approval, name="plan-approval"),
    path("plans/undo-since/", plan_doing.undo_since, name="undo-since"),
    path("plans/upload/", plan_files.upload, name="plan-upload"),
    path("plans/from-file/", plan_files.from_file, name="plan-from-file"),
    path("plans/<int:plan_id>/approve/", plan_doing.approved, name="plan-approve"),
    path("plans/<int:plan_id>/discard/", plan_doing.discarded, name="plan-discard"),
    path("plans/<int:plan_id>/file/<slug:kind>/", plan_files.export_plan, name="plan-file"),
    path("plans/<int:plan_id>/rows/<int:position>/", plan_page.row, name="plan-row"),
    path(
        "plans/<int:plan_id>/rows/<int:position>/undo/", plan_doing.row_undo, name="plan-row-undo"
    ),
    path("lanes/<slug:lane>/file/<slug:kind>/", plan_files.export_lane, name="lane-file"),
    path("fixes/", plan_fixes.fixes, name="fixes"),
    path("fixes/plan/", plan_fixes.fix, name="fixes-plan"),
]
