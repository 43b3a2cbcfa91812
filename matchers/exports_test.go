package matchers_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// The package is imported with a dot, so each of its names is one in the file
// of the user.
var _ = Describe("The exports", func() {
	It("are constructors, and the type that helpers name", func() {
		names := exports(".")
		Expect(names).To(HaveKey("InteractionPart"))
		for name, object := range names {
			_, function := object.(*ast.FuncDecl)
			Expect(function).To(Equal(name != "InteractionPart"), name)
		}
	})

	It("are in the catalogue of the package, and in the tests of all matchers", func() {
		catalogue, err := os.ReadFile("doc.go")
		Expect(err).NotTo(HaveOccurred())
		table, err := os.ReadFile("subject_test.go")
		Expect(err).NotTo(HaveOccurred())
		for name := range exports(".") {
			Expect(string(catalogue)).To(ContainSubstring("["+name+"]"), name)
			if strings.HasPrefix(name, "Have") && name != "HaveNoSecrets" { // which takes other subjects, too
				Expect(string(table)).To(ContainSubstring(strconv.Quote(name)+":"), name)
			}
		}
	})

	DescribeTable("do not collide with those of", func(path, known string) {
		theirs := exports(path)
		Expect(theirs).To(HaveKey(known))
		for name := range exports(".") {
			Expect(theirs).NotTo(HaveKey(name))
		}
	},
		Entry("Gomega", "github.com/onsi/gomega", "HaveHTTPStatus"),
		Entry("Ginkgo", "github.com/onsi/ginkgo/v2", "Describe"),
		Entry("gbytes", "github.com/onsi/gomega/gbytes", "Say"),
		Entry("gexec", "github.com/onsi/gomega/gexec", "Exit"),
		Entry("gstruct", "github.com/onsi/gomega/gstruct", "MatchFields"),
	)
})

// exports returns the exported names of a package and what declares them.
func exports(path string) map[string]ast.Node {
	GinkgoHelper()
	pkg, err := build.Import(path, ".", 0)
	Expect(err).NotTo(HaveOccurred())
	names := map[string]ast.Node{}
	for _, file := range pkg.GoFiles {
		source, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, file), nil, parser.SkipObjectResolution)
		Expect(err).NotTo(HaveOccurred())
		for _, declaration := range source.Decls {
			for _, identifier := range declared(declaration) {
				if identifier.IsExported() {
					names[identifier.Name] = declaration
				}
			}
		}
	}
	Expect(names).NotTo(BeEmpty())
	return names
}

// declared returns what a declaration adds to the scope of its package.
func declared(declaration ast.Decl) []*ast.Ident {
	switch declaration := declaration.(type) {
	case *ast.FuncDecl:
		if declaration.Recv == nil {
			return []*ast.Ident{declaration.Name}
		}
	case *ast.GenDecl:
		var identifiers []*ast.Ident
		for _, spec := range declaration.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				identifiers = append(identifiers, spec.Name)
			case *ast.ValueSpec:
				identifiers = append(identifiers, spec.Names...)
			}
		}
		return identifiers
	}
	return nil
}
