// A pixel, shared with an agency.
package main

import (
	"github.com/metapixel/pulumi-metapixel/sdk/go/metapixel"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		share, err := metapixel.NewPixelAgencyShare(ctx, "spring-campaign", &metapixel.PixelAgencyShareArgs{
			PixelId:          pulumi.String("1290034567800001"),
			AgencyBusinessId: pulumi.String("3003456789000333"),
			PermittedTasks:   pulumi.ToStringArray([]string{"ADVERTISE", "ANALYZE"}),
			Reason:           pulumi.String("Spring campaign"),
		})
		if err != nil {
			return err
		}
		ctx.Export("status", share.Status)
		return nil
	})
}
