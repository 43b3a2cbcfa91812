package cassette

import "io/fs"

// ParseYAML is ParseBeside without the reader of the canonical form.
func ParseYAML(file string, data []byte, beside fs.FS) (*Cassette, error) {
	return parse(file, data, beside, asYAML)
}
