// Demo shows what ginkgo-vcr does, without an account and without leaving this
// machine: it runs the suite of the quickstart twice, first against a stand-in
// for a chat-completions API, then with the stand-in stopped.
//
//	go run ./examples/quickstart/demo
package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/vcrtest"
)

const suite = "github.com/seed-e117020a/ginkgo-vcr/examples/quickstart"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "quickstart")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)

	fmt.Println("1. There are no cassettes, and the stand-in is running.")
	origin, err := vcrtest.ListenOrigin("127.0.0.1:18090", vcrtest.Chat())
	if err != nil {
		return fmt.Errorf("the stand-in needs port 18090: %w", err)
	}
	defer origin.Close()
	if err := runSuite(dir, "OPENAI_API_KEY=a-key-for-the-stand-in"); err != nil {
		return err
	}
	recorded := origin.Served()
	fmt.Printf("   The stand-in served %d requests. What is on the tapes:\n\n", recorded)
	if err := show(dir); err != nil {
		return err
	}

	origin.Close()
	fmt.Println("2. The same command again. The stand-in is stopped, and there is no key.")
	if err := runSuite(dir, "OPENAI_API_KEY="); err != nil {
		return err
	}
	fmt.Printf("   The stand-in served %d requests: every answer came from a cassette.\n", origin.Served()-recorded)
	return nil
}

// runSuite runs the suite as a user would, with cassettes in dir.
func runSuite(dir, key string) error {
	args := []string{"test", "-count=1", "-v", suite, "-ginkgo.no-color"}
	fmt.Printf("   $ go %s\n\n", strings.Join(args, " "))
	cmd := exec.Command("go", args...)
	cmd.Env = append(os.Environ(), "QUICKSTART_CASSETTES="+dir, "VCR_RECORD_MODE=once", key)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err := cmd.Run()
	fmt.Println()
	return err
}

// show prints the first cassette.
func show(dir string) error {
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		return fmt.Errorf("nothing was recorded: %v", err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		return err
	}
	fmt.Printf("%s\n", text)
	return nil
}
