package cassette

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// parse reads a document that holds a mapping.
func (d *decoder) parse(content []byte) (top value, err error) {
	defer func() {
		// The scanner of yaml.v3 is not proof against every input; a cassette
		// must not be able to take the test process down.
		if p := recover(); p != nil {
			err = d.fail(d.line, "", fmt.Sprintf("cannot be read: %v", p), remedySyntax)
		}
	}()
	var root, rest yaml.Node
	documents := yaml.NewDecoder(bytes.NewReader(content))
	if err := documents.Decode(&root); err != nil && !errors.Is(err, io.EOF) {
		line, reason := d.yamlError(err)
		return value{}, d.fail(line, "", reason, remedySyntax)
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return value{}, d.fail(d.line, "", "a document without keys", remedySyntax)
	}
	// A reader that stops here would lose what follows a closing brace.
	if err := documents.Decode(&rest); !errors.Is(err, io.EOF) {
		line, _ := d.yamlError(err)
		return value{}, d.fail(line, "", "content after the end of a document", `put a line "---" before it`)
	}
	top = value{d, root.Content[0], ""}
	return top, top.refuseReferences()
}

// refuseReferences keeps a small file from standing for a large one: no node is
// read twice.
func (v value) refuseReferences() error {
	switch {
	case v.node.Kind == yaml.AliasNode || v.node.Anchor != "":
		return v.fail("anchors and aliases are not part of the format", remedySyntax)
	case v.node.Style&yaml.TaggedStyle != 0 && v.node.Tag != binaryTag:
		return v.fail(fmt.Sprintf("tag %.60q is not part of the format", v.node.Tag), remedySyntax)
	}
	for _, child := range v.node.Content {
		if err := (value{v.d, child, ""}).refuseReferences(); err != nil {
			return err
		}
	}
	return nil
}

// yamlError returns where in the file and why yaml.v3 gave up.
func (d *decoder) yamlError(err error) (line int, reason string) {
	if err == nil {
		return d.line, ""
	}
	line, reason = cutLine(err.Error())
	if strings.HasPrefix(reason, "did not find expected ") {
		line++ // its parser counts lines from 0, its scanner from 1
	}
	return d.line + max(line-1, 0), reason
}

var linePrefix = regexp.MustCompile(`^(?:yaml: )?(?:line (\d+): )?`)

// cutLine splits the text of an error into its line, 0 without one, and the rest.
func cutLine(message string) (line int, rest string) {
	match := linePrefix.FindStringSubmatch(message)
	line, _ = strconv.Atoi(match[1])
	return line, message[len(match[0]):]
}
