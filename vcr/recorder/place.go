package recorder

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
)

// A place is where a cassette lies, and where what was rejected goes.
type place struct {
	dir, name string // the name may have folders
	file      string // what the system opens
	shown     string // what people see: relative to the folder the process started in, where it is below
}

// startDir is resolved before a test can change it.
var startDir, _ = os.Getwd()

const rejectedDir = ".rejected"

func placeOf(dir, name string) (place, error) {
	if name == "" {
		return place{}, fmt.Errorf("recorder: the path of the cassette is missing; set Config.Path")
	}
	if dir == "" {
		dir, name = filepath.Split(filepath.FromSlash(name))
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return place{}, fmt.Errorf("%s: is no path of a file below the folder of the cassettes; give one with slashes, such as chat/answers.yaml", name)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	file := filepath.Join(dir, name)
	return place{dir, name, file, Shown(file)}, nil
}

// rejected is where recordings go that must not replace the cassette.
func (p place) rejected() string { return filepath.Join(p.dir, rejectedDir, p.name) }

// ignore is the file that keeps the rejected ones out of git.
func (p place) ignore() string { return filepath.Join(p.dir, rejectedDir, ".gitignore") }

// Shown returns the path of a file as people see it: relative to the folder in
// which the process started, with slashes, where it lies below that.
func Shown(file string) string {
	if relative, err := filepath.Rel(startDir, file); err == nil && filepath.IsLocal(relative) {
		return path.Clean(filepath.ToSlash(relative))
	}
	return file
}
