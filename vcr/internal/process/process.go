// Package process tells what the test process knows of itself: where it started, which
// package it tests, and whether a continuous integration service runs it.
package process

import (
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
)

// ModeVariable is the environment variable that sets the record mode.
const ModeVariable = "VCR_RECORD_MODE"

// OnlyVariable is the environment variable that says what is recorded again.
const OnlyVariable = "VCR_RECORD_ONLY"

// InCI reports whether a continuous integration service runs this process: the
// variable CI is set to anything but 0 or false, or one of the variables is set
// that Azure Pipelines, TeamCity, Jenkins and AWS CodeBuild are known by.
func InCI() bool {
	switch strings.ToLower(os.Getenv("CI")) {
	case "", "0", "false":
	default:
		return true
	}
	return slices.ContainsFunc([]string{"TF_BUILD", "TEAMCITY_VERSION", "JENKINS_URL", "CODEBUILD_BUILD_ID"}, func(name string) bool {
		return os.Getenv(name) != ""
	})
}

// StartDir is the folder in which the process started: a test may change the
// current one later.
var StartDir, _ = os.Getwd()

// Shown returns the path of a file as people see it: relative to [StartDir], with
// slashes, where the file is below it.
func Shown(file string) string {
	if relative, err := filepath.Rel(StartDir, file); err == nil && filepath.IsLocal(relative) {
		return path.Clean(filepath.ToSlash(relative))
	}
	return file
}

// Package is the import path of the package under test, and module that of its
// module; both are empty where the binary does not tell.
var Package, module = func() (string, string) {
	info, ok := debug.ReadBuildInfo()
	if !ok || !strings.HasSuffix(info.Path, ".test") {
		return "", ""
	}
	return strings.TrimSuffix(info.Path, ".test"), info.Main.Path
}()

// InModuleUnderTest reports whether a function, as the runtime names it, belongs to
// the module of the package under test.
func InModuleUnderTest(function string) bool {
	after, ok := strings.CutPrefix(function, module)
	return ok && module != "" && after != "" && strings.ContainsRune("/._", rune(after[0]))
}

// InModule returns a path below the folder of the package as it is from the root
// of the module, where the commands of remedies run.
func InModule(file string) string {
	below, ok := strings.CutPrefix(Package, module+"/")
	if filepath.IsAbs(file) || !ok || module == "" {
		return file
	}
	return path.Join(below, file)
}

// PackageInModule returns the package as ginkgo and go test take it in the root
// of the module.
func PackageInModule() string {
	if below := InModule("."); below != "." {
		return "./" + below
	}
	return "."
}

// Where says where the commands of remedies run, as the end of a sentence, unless
// that is the folder of the package.
func Where() string {
	if PackageInModule() == "." {
		return ""
	}
	return ", in the root of the module"
}

// tags are the build tags of this process, without which its files are not compiled.
var tags = func() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, setting := range info.Settings {
		if setting.Key == "-tags" && setting.Value != "" {
			return " -tags=" + ShellQuoted(setting.Value)
		}
	}
	return ""
}()

// GoTest returns the command that runs the package under test in a record mode, and
// Ginkgo the one that does it with ginkgo. Flags are those that select specs or tests.
func GoTest(mode, flags string) string {
	return command(mode, "go test -count=1"+tags, PackageInModule(), flags)
}

func Ginkgo(mode, flags string) string {
	return command(mode, "ginkgo"+tags, flags, PackageInModule())
}

func command(mode string, words ...string) string {
	words = slices.DeleteFunc(words, func(word string) bool { return word == "" })
	return ModeVariable + "=" + mode + " " + strings.Join(words, " ")
}

// ShellQuoted returns a text as a shell takes it for one word.
func ShellQuoted(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t\"'$`\\*?[](){}<>|&;#~!^", r) }) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
