"""The program whose state is kept in stack.json: a resource in every status."""

from pulumi_metapixel import (
    PixelAdAccountPermission,
    PixelAgencyShare,
    PixelSharingRequestResponse,
    RequestResponse,
)

SHARES = {
    "active": ("1101", "2101"),
    "pending": ("1102", "2102"),
    "declined": ("1103", "2103"),
    "expired": ("1104", "2104"),
    "canceled": ("1105", "2105"),
    # Sent and accepted by Meta, and not read back.
    "active-unread": ("1106", "2106"),
}
PERMISSIONS = {
    "permitted": ("1201", "2201", "3201"),
    # Never sent, as the business has not got the pixel.
    "waiting": ("1202", "2202", "3202"),
    # Sent and accepted by Meta, and not read back.
    "permitted-unread": ("1203", "2203", "3203"),
}
RESPONSES = {
    "approved": ("4301", "APPROVE"),
    "refused": ("4302", "DECLINE"),
    "not-needed": ("", "APPROVE"),
    # Answered, and not read back.
    "approved-unread": ("4304", "APPROVE"),
}

if __name__ == "__main__":
    for name, (pixel, agency) in SHARES.items():
        PixelAgencyShare(
            name, pixel_id=pixel, agency_business_id=agency, permitted_tasks=["ANALYZE"]
        )
    for name, (pixel, business, account) in PERMISSIONS.items():
        PixelAdAccountPermission(
            name,
            pixel_id=pixel,
            business_id=business,
            ad_account_id=account,
            credentials="agency",
        )
    for name, (request, answer) in RESPONSES.items():
        PixelSharingRequestResponse(
            name, request_id=request, request_status=RequestResponse(answer), credentials="agency"
        )
