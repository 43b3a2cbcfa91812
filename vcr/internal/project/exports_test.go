package project_test

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// exports counts what users see of a package: names (one for each line of go doc
// -short), exported methods and exported struct fields.
type exports struct{ names, methods, fields int }

// exportLimits has the most that each package may export, and all of them
// together. To raise a number is a decision: the commit says why. All packages
// together may export no more than one can hold in the head.
var exportLimits = map[string]exports{
	"matchers":     {names: 18, methods: 0, fields: 0},
	"reporters":    {names: 13, methods: 13, fields: 73},
	"vcr":          {names: 59, methods: 0, fields: 0},
	"vcr/cassette": {names: 14, methods: 15, fields: 40},
	"vcr/match":    {names: 10, methods: 0, fields: 0},
	"vcr/recorder": {names: 18, methods: 29, fields: 68},
	"vcr/vcrtest":  {names: 5, methods: 3, fields: 5},
	allPackages:    {names: 137, methods: 60, fields: 186},
}

const allPackages = "all packages"

func TestExports(t *testing.T) {
	lines, err := exportedLines(os.DirFS(root))
	if err != nil {
		t.Fatal(err)
	}
	counted := map[string]exports{}
	for folder, exported := range lines {
		one, all := count(exported), counted[allPackages]
		counted[folder] = one
		counted[allPackages] = exports{all.names + one.names, all.methods + one.methods, all.fields + one.fields}
	}
	for _, folder := range slices.Sorted(maps.Keys(counted)) {
		t.Log(strings.Join(append([]string{folder + ": " + counted[folder].String()}, lines[folder]...), "\n"))
		limit, ok := exportLimits[folder]
		if !ok {
			t.Errorf("%s: no limit; add the package to exportLimits", folder)
		} else if counted[folder].exceeds(limit) {
			t.Errorf("%s: %s; the limit is %s; export less, or raise the limit and say why", folder, counted[folder], limit)
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(exportLimits)) {
		if _, ok := counted[folder]; !ok {
			t.Errorf("%s: a limit without a package; remove it from exportLimits", folder)
		}
	}
}

func TestExportedLines(t *testing.T) {
	const source = `package shop

const Limit, limit = 1, 2

const (
	First Kind = iota
	Second
)

var hidden int

// A Kind is a number.
type Kind int

func (Kind) String() string { return "" }
func (Kind) hidden()        {}

type Shop struct {
	Name, Place string
	Open        func(struct{ Inner int })
	secret      string
	Kind
	inner
}

func New() *Shop { return nil }

type inner struct{ Promoted int }

func (inner) Close() error { return nil }

type Seller interface {
	Sell(string) error
	hidden()
}

type Same = Shop

func Free[T any](T) {}
`
	got, err := exportedLines(fstest.MapFS{
		"shop/shop.go":          {Data: []byte(source)},
		"shop/shop_test.go":     {Data: []byte("package shop; func Test() {}")},
		"shop/internal/a/a.go":  {Data: []byte("package a; func A() {}")},
		"cmd/shop/main.go":      {Data: []byte("package main; func A() {}")},
		"examples/a/a.go":       {Data: []byte("package a; func A() {}")},
		"_fixtures/a/a.go":      {Data: []byte("package a; func A() {}")},
		"nested/go.mod":         {Data: []byte("module nested")},
		"nested/nested.go":      {Data: []byte("package nested; func A() {}")},
		"shop/shop_windows.go":  {Data: []byte("package shop; func OnWindows() {}")},
		"shop/testdata/a/a.go":  {Data: []byte("package a; func A() {}")},
		"shop/unexported/a.go":  {Data: []byte("package unexported; func a() {}")},
		"shop/documentation.go": {Data: []byte("// Package shop sells.\npackage shop")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"shop": {
			"const Limit",
			"func Free",
			"func OnWindows",
			"type Kind",
			"  const First, Second",
			"  method String",
			"type Same",
			"type Seller",
			"  method Sell",
			"type Shop",
			"  func New",
			"  field Name",
			"  field Place",
			"  field Open",
			"  field Kind",
			"  method Close",
		},
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, want := count(got["shop"]), (exports{names: 9, methods: 3, fields: 4}); got != want {
		t.Errorf("counted %s, want %s", got, want)
	}
}

// exportedLines returns what each importable package exports, one thing a line.
// Methods and fields stand below their type.
func exportedLines(tree fs.FS) (map[string][]string, error) {
	packages := map[string][]*ast.File{}
	files := token.NewFileSet()
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if base := path.Base(name); base == "internal" || base == "cmd" || base == "bench" {
				return fs.SkipDir
			}
			return skipFolder(tree, name)
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(files, name, source, parser.ParseComments)
		if err != nil {
			return err
		}
		packages[path.Dir(name)] = append(packages[path.Dir(name)], file)
		return nil
	})
	if err != nil {
		return nil, err
	}
	lines := map[string][]string{}
	for folder, parsed := range packages {
		documented, err := doc.NewFromFiles(files, parsed, path.Join(modulePath, folder))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", folder, err)
		}
		if exported := packageLines(documented); len(exported) > 0 {
			lines[folder] = exported
		}
	}
	return lines, nil
}

func packageLines(p *doc.Package) []string {
	lines := slices.Concat(valueLines("const", p.Consts), valueLines("var", p.Vars), funcLines("func", p.Funcs))
	for _, t := range p.Types {
		lines = append(lines, "type "+t.Name)
		below := slices.Concat(valueLines("const", t.Consts), valueLines("var", t.Vars), funcLines("func", t.Funcs), memberLines(t), funcLines("method", t.Methods))
		for _, line := range below {
			lines = append(lines, "  "+line)
		}
	}
	return lines
}

// valueLines has one line for each group, as go doc -short prints it.
func valueLines(kind string, groups []*doc.Value) []string {
	var lines []string
	for _, group := range groups {
		names := slices.DeleteFunc(slices.Clone(group.Names), func(name string) bool { return !ast.IsExported(name) })
		if len(names) > 0 {
			lines = append(lines, kind+" "+strings.Join(names, ", "))
		}
	}
	return lines
}

func funcLines(kind string, funcs []*doc.Func) []string {
	var lines []string
	for _, f := range funcs {
		lines = append(lines, kind+" "+f.Name)
	}
	return lines
}

// memberLines has the exported fields of a struct and the exported methods of an
// interface.
func memberLines(t *doc.Type) []string {
	var kind string
	var members *ast.FieldList
	switch definition := t.Decl.Specs[0].(*ast.TypeSpec).Type.(type) {
	case *ast.StructType:
		kind, members = "field", definition.Fields
	case *ast.InterfaceType:
		kind, members = "method", definition.Methods
	default:
		return nil
	}
	var lines []string
	for _, member := range members.List {
		names := member.Names
		if name := embeddedName(member.Type); len(names) == 0 && name != nil {
			names = []*ast.Ident{name}
		}
		for _, name := range names {
			if name.IsExported() {
				lines = append(lines, kind+" "+name.Name)
			}
		}
	}
	return lines
}

// embeddedName returns the name of the field that an embedded type makes, or nil
// for a union of types.
func embeddedName(embedded ast.Expr) *ast.Ident {
	switch e := embedded.(type) {
	case *ast.Ident:
		return e
	case *ast.SelectorExpr:
		return e.Sel
	case *ast.StarExpr:
		return embeddedName(e.X)
	case *ast.IndexExpr:
		return embeddedName(e.X)
	default:
		return nil
	}
}

func count(lines []string) exports {
	var counted exports
	for _, line := range lines {
		switch kind, _, _ := strings.Cut(strings.TrimSpace(line), " "); kind {
		case "method":
			counted.methods++
		case "field":
			counted.fields++
		default:
			counted.names++
		}
	}
	return counted
}

func (e exports) exceeds(limit exports) bool {
	return e.names > limit.names || e.methods > limit.methods || e.fields > limit.fields
}

func (e exports) String() string {
	return fmt.Sprintf("%d names, %d methods, %d fields", e.names, e.methods, e.fields)
}
