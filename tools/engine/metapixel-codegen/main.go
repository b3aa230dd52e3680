// Command metapixel-codegen generates code for language hosts that are not written in Go.
// `metapixel-codegen python GeneratePackage` reads the engine's request from stdin and writes the
// response to stdout, both as protocol buffers.
package main

import (
	"encoding/json"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	golang "github.com/pulumi/pulumi/pkg/v3/codegen/go"
	"github.com/pulumi/pulumi/pkg/v3/codegen/hcl2/syntax"
	"github.com/pulumi/pulumi/pkg/v3/codegen/nodejs"
	"github.com/pulumi/pulumi/pkg/v3/codegen/pcl"
	"github.com/pulumi/pulumi/pkg/v3/codegen/python"
	"github.com/pulumi/pulumi/pkg/v3/codegen/schema"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	pb "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
)

type files = map[string][]byte

func main() {
	log.SetFlags(0)
	language, call := os.Args[1], os.Args[2]
	data := must(io.ReadAll(os.Stdin))
	var response proto.Message
	switch call {
	case "GeneratePackage":
		request := &pb.GeneratePackageRequest{}
		check(proto.Unmarshal(data, request))
		response = generatePackage(language, request)
	case "GenerateProgram":
		request := &pb.GenerateProgramRequest{}
		check(proto.Unmarshal(data, request))
		response = generateProgram(language, request)
	default:
		log.Fatalf("%s is not a call that generates code", call)
	}
	must(os.Stdout.Write(must(proto.Marshal(response))))
}

// generatePackage writes an SDK into the requested folder.
func generatePackage(language string, request *pb.GeneratePackageRequest) proto.Message {
	loader := loaderAt(request.LoaderTarget)
	var spec schema.PackageSpec
	check(json.Unmarshal([]byte(request.Schema), &spec))
	options := schema.ValidationOptions{AllowDanglingReferences: true}
	pkg, diagnostics, err := schema.BindSpec(spec, loader, options)
	check(err)
	response := &pb.GeneratePackageResponse{
		Diagnostics: plugin.HclDiagnosticsToRPCDiagnostics(diagnostics),
	}
	if diagnostics.HasErrors() {
		return response
	}
	for name, content := range sdk(language, request, pkg, loader) {
		path := filepath.Join(request.Directory, name)
		check(os.MkdirAll(filepath.Dir(path), 0o700))
		check(os.WriteFile(path, content, 0o600))
	}
	return response
}

func sdk(
	language string, request *pb.GeneratePackageRequest, pkg *schema.Package, loader schema.ReferenceLoader,
) files {
	tool := "pulumi-language-" + language
	switch language {
	case "python":
		return must(python.GeneratePackage(tool, pkg, request.ExtraFiles, loader))
	case "nodejs":
		return must(nodejs.GeneratePackage(
			tool, pkg, request.ExtraFiles, request.LocalDependencies, request.Local, loader))
	default:
		return must(golang.GeneratePackage(tool, pkg, request.LocalDependencies))
	}
}

// generateProgram returns a program, for example for resources that the engine has imported.
func generateProgram(language string, request *pb.GenerateProgramRequest) proto.Message {
	parser := syntax.NewParser()
	for name, source := range request.Source {
		check(parser.ParseFile(strings.NewReader(source), name))
	}
	if parser.Diagnostics.HasErrors() {
		log.Fatal(parser.Diagnostics)
	}
	var options []pcl.BindOption
	if language == "python" {
		options = append(options, pcl.PreferOutputVersionedInvokes)
	}
	if !request.Strict {
		options = append(options, pcl.NonStrictBindOptions()...)
	}
	program, diagnostics, err := pcl.BindProgram(parser.Files, loaderAt(request.LoaderTarget), options...)
	check(err)
	response := &pb.GenerateProgramResponse{}
	if !diagnostics.HasErrors() {
		generate := map[string]func(*pcl.Program) (files, hcl.Diagnostics, error){
			"python": python.GenerateProgram, "nodejs": nodejs.GenerateProgram, "go": golang.GenerateProgram,
		}
		source, more, err := generate[language](program)
		check(err)
		response.Source, diagnostics = source, append(diagnostics, more...)
	}
	response.Diagnostics = plugin.HclDiagnosticsToRPCDiagnostics(diagnostics)
	return response
}

// loaderAt returns the schemas that the engine serves at an address.
func loaderAt(address string) schema.ReferenceLoader {
	return schema.NewCachedLoader(must(schema.NewLoaderClient(address)))
}

func must[T any](value T, err error) T {
	check(err)
	return value
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
