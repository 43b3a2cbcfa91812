package disk

import "bytes"

// Original returns the content that the hash in the name of a file is of: the content
// as it is, or with other line ends. Git changes these where .gitattributes does not
// tell it to leave them alone, on some systems only.
func Original(content []byte, hash string) (original []byte, ok bool) {
	if Hash(content) == hash {
		return content, true
	}
	lf := bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))
	if Hash(lf) == hash {
		return lf, true
	}
	crlf := bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n"))
	return crlf, Hash(crlf) == hash
}
