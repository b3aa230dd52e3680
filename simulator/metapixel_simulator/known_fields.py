"""The fields of each type of node in Meta's specification (business SDK codegen, 2026-04-15).

If the simulator has no value for one of these fields, the answer omits the field. Meta omits empty
fields too. A request for any other field fails.
"""

from __future__ import annotations

KNOWN_FIELDS: dict[str, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        "AdsPixel": """
            automatic_matching_fields can_proxy code config creation_time creator
            data_use_setting description duplicate_entries
            enable_auto_assign_to_accounts enable_automatic_matching event_stats
            event_time_max event_time_min first_party_cookie_status has_1p_pixel_event
            id is_consolidated_container is_created_by_business is_crm is_mta_use
            is_restricted_use is_unavailable last_fired_time last_upload_app
            last_upload_app_changed_time match_rate_approx matched_entries name
            owner_ad_account owner_business usage user_access_expire_time valid_entries
        """,
        "Business": """
            block_offline_analytics collaborative_ads_managed_partner_business_info
            collaborative_ads_managed_partner_eligibility
            collaborative_ads_partner_premium_options created_by created_time
            extended_updated_time id is_hidden link marketing_messages_onboarding_status
            name payment_account_id primary_page profile_picture_uri timezone_id
            two_factor_type updated_by updated_time user_access_expire_time
            verification_status vertical vertical_id
            whatsapp_business_manager_messaging_limit
        """,
        "BusinessAssetSharingAgreement": """
            id initiator recipient relationship_type request_status request_type
        """,
        "AdAccount": """
            account_id account_status ad_account_promotable_objects age
            agency_client_declaration all_capabilities amount_spent attribution_spec
            balance brand_safety_content_filter_levels business business_city
            business_country_code business_name business_state business_street
            business_street2 business_zip can_create_brand_lift_study capabilities
            created_time currency custom_audience_info default_dsa_beneficiary
            default_dsa_payor disable_reason end_advertiser end_advertiser_name
            existing_customers expired_funding_source_details
            extended_credit_invoice_group failed_delivery_checks fb_entity
            funding_source funding_source_details has_migrated_permissions
            has_page_authorized_adaccount id io_number
            is_attribution_spec_system_default is_ba_skip_delayed_eligible
            is_direct_deals_enabled is_in_3ds_authorization_enabled_market
            is_notifications_enabled is_personal is_prepay_account is_tax_id_required
            liable_address line_numbers marketing_messages_settings media_agency
            min_campaign_group_spend_cap min_daily_budget name offsite_clo_signal_status
            offsite_pixels_tos_accepted opportunity_score owner owner_business partner
            rf_spec send_bill_to_address show_checkout_experience sold_to_address
            spend_cap tax_id tax_id_status tax_id_type timezone_id timezone_name
            timezone_offset_hours_utc tos_accepted user_access_expire_time user_tasks
            user_tos_accepted viewable_business
        """,
        "BusinessAgreement": "id request_status",
        "AssignedUser": "business id name permitted_tasks tasks user_type",
        "User": "id name email first_name last_name",
    }.items()
}
