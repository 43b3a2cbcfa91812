package main

import (
	"embed"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"unicode"

	"github.com/spf13/cobra"
)

//go:embed templates
var templates embed.FS

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [folder of a package]",
		Short: "Write .gitattributes, .gitignore, a workflow and a recorded suite",
		Long: `Init writes what a repository needs to record specs: .gitattributes, .gitignore and a
GitHub workflow into the folder in which vcr starts, and a recorded suite for Ginkgo into
the folder of a package. It never overwrites a file: what is missing in one that exists is
printed, and the exit status is 1.`,
		Example: "  vcr init ./assistant",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			folder := "."
			if len(args) == 1 {
				folder = filepath.Clean(args[0])
			}
			return initialise(command.OutOrStdout(), folder)
		},
	}
}

// initialise writes all files below the folder in which the command started.
func initialise(w io.Writer, folder string) error {
	if !filepath.IsLocal(folder) {
		return fmt.Errorf("%s: not below this folder; run vcr init in the root of the repository", slashed(folder))
	}
	suite, err := suiteFile(folder)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(".") // no link leads out of it
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }() // every file is closed
	i := &initialisation{root: root, w: w}
	for _, f := range []struct{ name, template string }{
		{".gitattributes", "gitattributes"}, {".gitignore", "gitignore"}, {".github/workflows/specs.yml", "workflow.yml"},
	} {
		content, err := templates.ReadFile(path.Join("templates", f.template))
		if err != nil {
			return err
		}
		if err := i.write(f.name, content); err != nil {
			return err
		}
	}
	if suite.exists {
		fmt.Fprintf(w, "%s: has a suite; decorate it, or a container, with vcr.Recorded()\n", inLine(slashed(folder)))
	} else if err := i.write(suite.name, suite.content); err != nil {
		return err
	}
	if i.isIncomplete {
		return errToDo
	}
	return nil
}

type initialisation struct {
	root         *os.Root
	w            io.Writer
	isIncomplete bool
}

// write writes a file that does not exist, and says what one lacks that does.
func (i *initialisation) write(name string, content []byte) error {
	for n, c := range name {
		if c == '/' {
			if err := i.root.Mkdir(name[:n], 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
				return err
			}
		}
	}
	file, err := i.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if errors.Is(err, fs.ErrExist) {
		return i.compare(name, content)
	}
	if err != nil {
		return err
	}
	if _, err = file.Write(content); err != nil {
		_ = file.Close() // the first error counts
		return err
	}
	fmt.Fprintf(i.w, "%s: written\n", inLine(name))
	return file.Close()
}

// compare prints the lines that a file lacks. A workflow may say the same in its own way.
func (i *initialisation) compare(name string, content []byte) error {
	var missing []string
	if path.Ext(name) != ".yml" && path.Ext(name) != ".go" {
		there, err := fs.ReadFile(i.root.FS(), name)
		if err != nil {
			return err
		}
		lines := strings.Split(strings.ReplaceAll(string(there), "\r\n", "\n"), "\n")
		for _, line := range strings.Split(strings.TrimSpace(string(content)), "\n") {
			if !slices.Contains(lines, line) && line[0] != '#' {
				missing = append(missing, line)
			}
		}
	}
	if len(missing) == 0 {
		fmt.Fprintf(i.w, "%s: exists, and was left alone\n", inLine(name))
		return nil
	}
	i.isIncomplete = true
	for _, line := range missing {
		fmt.Fprintf(i.w, "%s: exists; add this line: %s\n", inLine(name), line)
	}
	return nil
}

// A suite is a file of tests for a package.
type suite struct {
	name    string
	content []byte
	exists  bool // the package has one already
}

// suiteFile returns the suite for the package in a folder.
func suiteFile(folder string) (suite, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return suite{}, err
	}
	absolute, err := filepath.Abs(folder)
	if err != nil {
		return suite{}, err
	}
	base := filepath.Base(absolute)
	pkg := strings.ToLower(wordOf(base))
	for _, entry := range entries {
		file := filepath.Join(folder, entry.Name())
		if filepath.Ext(file) != ".go" || !entry.Type().IsRegular() {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return suite{}, err
		}
		if strings.Contains(string(source), "RunSpecs(") {
			return suite{exists: true}, nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, source, parser.PackageClauseOnly)
		if err != nil {
			return suite{}, err
		}
		pkg = strings.TrimSuffix(parsed.Name.Name, "_test")
	}
	if pkg == "" || unicode.IsDigit(rune(pkg[0])) {
		pkg = "specs"
	}
	name := pkg
	if name == "main" {
		name = strings.ToLower(wordOf(base))
	}
	if name == "" || unicode.IsDigit(rune(name[0])) {
		name = "specs"
	}
	var content strings.Builder
	text := template.Must(template.ParseFS(templates, "templates/suite.tmpl"))
	err = text.Execute(&content, map[string]string{"Package": pkg + "_test", "Name": strings.ToUpper(name[:1]) + name[1:]})
	return suite{name: filepath.ToSlash(filepath.Join(folder, name+"_suite_test.go")), content: []byte(content.String())}, err
}

// wordOf keeps the letters and digits of a name that Go takes in a package.
func wordOf(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "")
}
