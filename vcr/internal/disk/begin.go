package disk

import (
	"bytes"
	"io"
)

// BeginsAsCassette looks at the begin of a file only: there may be many others.
func BeginsAsCassette(path string) bool {
	file, err := Open(path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }() // it was only read
	begin, _ := io.ReadAll(io.LimitReader(file, 1<<10))
	begin = bytes.TrimPrefix(begin, []byte("\uFEFF"))
	for line := range bytes.Lines(begin) {
		line = bytes.TrimRight(line, "\r\n ")
		if len(line) > 0 && line[0] != '#' && string(line) != "---" {
			return bytes.HasPrefix(line, []byte("ginkgo-vcr:"))
		}
	}
	return false
}
