package recorder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/seed-e117020a/ginkgo-vcr/vcr/cassette"
)

// placesOf returns where the included cassettes are.
func placesOf(cfg Config) ([]place, error) {
	var places []place
	for _, name := range cfg.Include {
		dir := cfg.Dir
		if filepath.IsAbs(name) {
			dir = ""
		}
		p, err := placeOf(dir, name)
		if err != nil {
			return nil, fmt.Errorf("%s: an included cassette: %w", cfg.Path, err)
		}
		if _, err := os.Stat(p.file); err != nil {
			return nil, notIncluded(cfg, p, fmt.Errorf("%s: %w", p.shown, err))
		}
		places = append(places, p)
	}
	return places, nil
}

// openReadOnly reads a cassette that the session does not write.
func openReadOnly(file string) (*cassette.Cassette, error) {
	data, err := readFile(file)
	if err == nil && data == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	return cassette.Open(Shown(file), data, os.DirFS(filepath.Dir(file)))
}

// notIncluded names the spec whose rules include a cassette that cannot be read.
func notIncluded(cfg Config, p place, err error) error {
	spec := cfg.Spec
	if spec == "" {
		spec = "this test"
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: is included by %s and is not there; record it in a spec that claims it, or include it no more", p.shown, spec)
	}
	return fmt.Errorf("%w; it is included by %s", err, spec)
}
