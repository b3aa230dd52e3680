// The four steps of Meta's guide in one stack, with a provider for the owner and one for the agency.
//
// The owner shares its pixel (step 1). The agency accepts the share (step 2) and permits its ad account (step 3).
// `pulumi destroy` removes the access (step 4). `pulumi install` installs the plugin, which is this repository.
import * as metapixel from "metapixel-native";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const pixelId = config.require("pixel");
const agencyBusinessId = config.require("campaignAgency");
const graphUrl = config.get("graphUrl"); // of a simulator

const asOwner = new metapixel.Provider("as-owner", {
    accessToken: config.requireSecret("ownerToken"),
    graphUrl,
});
const asAgency = new metapixel.Provider("as-agency", {
    accessToken: config.requireSecret("agencyToken"),
    graphUrl,
});

const share = new metapixel.PixelAgencyShare("campaigns", {
    pixelId,
    agencyBusinessId,
    permittedTasks: ["ADVERTISE", "ANALYZE"],
    reason: "Spring campaign",
}, { provider: asOwner });

const accepted = new metapixel.PixelSharingStandingResponse("campaigns-accepted", {
    ownerBusinessId: config.require("owner"),
    agencyBusinessId,
    reason: "Spring campaign",
}, { provider: asAgency, dependsOn: [share] });

const permission = new metapixel.PixelAdAccountPermission("campaigns-account", {
    pixelId,
    businessId: agencyBusinessId,
    adAccountId: config.require("campaignAdAccount"),
}, { provider: asAgency, dependsOn: [accepted] });

export const campaigns = share.status;
export const account = permission.status;
