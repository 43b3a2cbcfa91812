package recorder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/disk"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/process"
	"github.com/seed-e117020a/ginkgo-vcr/vcr/internal/slug"
)

// A place is where a cassette is, and where a rejected recording goes.
type place struct {
	dir, name string // the name may have folders
	file      string // what the system opens
	shown     string // what people see
}

// locate returns the place of a cassette. A relative folder begins where the process
// started.
func locate(dir, name string) (place, error) {
	if name == "" {
		return place{}, errors.New("recorder: the path of the cassette is missing; set Config.Path")
	}
	if filepath.Ext(name) == "" {
		name += slug.Extension
	}
	if dir == "" {
		dir, name = filepath.Split(filepath.FromSlash(name))
	}
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return place{}, fmt.Errorf("%s: not the path of a file below the folder of the cassettes; give one with slashes, such as chat/answers.yaml", name)
	}
	if !filepath.IsAbs(dir) { // a test may have changed the current folder
		dir = filepath.Join(process.StartDir, dir)
	}
	file := filepath.Join(dir, name)
	return place{dir, name, file, process.Shown(file)}, nil
}

const rejectedDir = ".rejected"

// rejected is where recordings go that must not replace the cassette.
func (p place) rejected() string { return filepath.Join(p.rejectedRoot(), p.name) }

// rejectedRoot is the folder of all of them.
func (p place) rejectedRoot() string { return filepath.Join(p.dir, rejectedDir) }

// journal is where a recording is kept while it goes on. The name has no folders: a
// link among them could lead anywhere.
func (p place) journal() string {
	stem := strings.TrimSuffix(filepath.Base(p.name), filepath.Ext(p.name))
	stem = strings.ToValidUTF8(stem[:min(len(stem), slug.MaxSegment)], "")
	return filepath.Join(p.dir, ".journal", stem+"."+disk.Hash([]byte(filepath.ToSlash(p.name))))
}

// inside returns an error if a symbolic link leads from the folder of the cassettes
// to another place, on the way to a name below it.
func (p place) inside(name string) error {
	err := disk.Inside(p.dir, name)
	var flaw *disk.Flaw
	if !errors.As(err, &flaw) {
		return nil // whatever else is wrong, reading and writing will say
	}
	return &cassette.ParseError{File: process.Shown(flaw.Path), Reason: "is " + flaw.Is, Remedy: "put a folder there; only the folder of all cassettes may be a link"}
}

// placeOf returns the place of a cassette that was found.
func placeOf(file string) place {
	dir, name := filepath.Split(file)
	return place{dir, name, file, process.Shown(file)}
}

// ignore is the file that keeps the rejected ones out of git.
func (p place) ignore() string { return filepath.Join(p.rejectedRoot(), ".gitignore") }

// locateIncluded returns where the cassettes are that a session with its own includes.
func (s *Session) locateIncluded(own place) ([]place, error) {
	var places []place
	for _, name := range s.cfg.Include {
		dir := s.cfg.Dir
		if filepath.IsAbs(name) {
			dir = ""
		}
		p, err := locate(dir, name)
		if err != nil {
			return nil, fmt.Errorf("%s: an included cassette: %w", s.cfg.Path, err)
		}
		if p.file == own.file {
			continue // the spec that records it is below the decorator that includes it
		}
		if _, err := os.Stat(p.file); err != nil {
			return nil, s.notIncluded(p, fmt.Errorf("%s: %w", p.shown, err))
		}
		places = append(places, p)
	}
	return places, nil
}

// notIncluded names the spec whose rules include a cassette that cannot be read.
func (s *Session) notIncluded(p place, err error) error {
	spec := s.spec.Name
	if spec == "" {
		spec = "this test"
	}
	if errors.Is(err, fs.ErrNotExist) {
		if s.spec.LookedIn != "" {
			return fmt.Errorf("%s: is included by %s and does not exist; %s", p.shown, spec, s.spec.LookedIn)
		}
		if s.spec.RecordIncluded != nil {
			if commands := s.spec.RecordIncluded(p.file); len(commands) > 0 {
				return fmt.Errorf("%s: is included by %s and does not exist; to record it%s:\n  %s", p.shown, spec, process.Where(), strings.Join(commands, "\n  "))
			}
		}
		return fmt.Errorf("%s: is included by %s and does not exist; record it in a spec that claims it, or do not include it", p.shown, spec)
	}
	return fmt.Errorf("%w; it is included by %s", err, spec)
}

// parseReadOnly reads a cassette that the session does not write.
func parseReadOnly(p place) (*cassette.Cassette, error) {
	data, err := readCassette(p)
	if err == nil && data == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	return cassette.Parse(p.shown, data, disk.Bodies(p.file))
}

// readCassette returns the content of a file, nil if it does not exist.
func readCassette(p place) ([]byte, error) {
	if err := p.inside(p.name); err != nil {
		return nil, err
	}
	data, size, err := disk.ReadFile(p.file)
	var flaw *disk.Flaw
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case errors.As(err, &flaw):
		return nil, &cassette.ParseError{File: p.shown, Reason: "is " + flaw.Is, Remedy: "put the file itself there, or delete it and record this spec again"}
	case err != nil:
		return nil, fmt.Errorf("%s: the cassette cannot be read: %w; mend that and run the spec again", p.shown, err)
	case size > disk.MaxSize:
		return nil, fmt.Errorf("%s: the cassette has %d bytes, more than any recorder writes; delete it and record this spec again", p.shown, size)
	}
	return data, nil
}
