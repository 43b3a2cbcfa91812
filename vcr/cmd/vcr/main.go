package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The exit status.
const (
	somethingToDo = 1
	notDone       = 2
)

// errToDo ends a command that has printed what there is to do.
var errToDo = errors.New("there is something to do")

// errTold ends a command that has printed its errors.
var errTold = errors.New("something could not be done")

// run runs the command and returns its exit status.
func run(args []string, stdout, stderr io.Writer) int {
	command := newCommand()
	command.SetArgs(withTwoDashes(args))
	command.SetOut(stdout)
	command.SetErr(stderr)
	switch err := command.Execute(); {
	case err == nil:
		return 0
	case errors.Is(err, errToDo):
		return somethingToDo
	case !errors.Is(err, errTold):
		fmt.Fprintf(stderr, "vcr: %s\n", printable(said(err)))
	}
	return notDone
}

func newCommand() *cobra.Command {
	command := &cobra.Command{
		Use:           "vcr",
		Short:         "Look after the cassettes of ginkgo-vcr",
		Long:          "Vcr lists, checks, shows, compares and removes cassettes, and says which specs to record again.\nArguments are files and folders; without any, the current folder. Each flag may be written with one dash, too.",
		Version:       ownVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	command.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, command.CommandPath())
	})
	command.AddCommand(lsCommand(), checkCommand(), diffCommand(), refreshCommand(), pruneCommand(), reportCommand(), initCommand(), showCommand())
	return command
}

// ownVersion is that of the module, as the go command knows it.
func ownVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Path != "" {
		return info.Main.Version
	}
	return "unknown"
}

// longFlag is a flag as package flag and Ginkgo take it, too. Flags of one letter are
// those of cobra alone.
var longFlag = regexp.MustCompile(`^-[a-z][a-z-]+(=|$)`)

// withTwoDashes lets people write -json for --json.
func withTwoDashes(args []string) []string {
	var spelt []string
	for n, arg := range args {
		if arg == "--" {
			return append(spelt, args[n:]...)
		}
		if longFlag.MatchString(arg) {
			arg = "-" + arg
		}
		spelt = append(spelt, arg)
	}
	return spelt
}
