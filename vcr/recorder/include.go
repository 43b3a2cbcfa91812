package recorder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
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
			return nil, notIncluded(cfg, p, err)
		}
		places = append(places, p)
	}
	return places, nil
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
	return fmt.Errorf("%s: is included by %s and cannot be read: %w", p.shown, spec, err)
}
