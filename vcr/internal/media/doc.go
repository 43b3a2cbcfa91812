// Package media reads and writes the media types that HTTP APIs speak: JSON, newline-delimited JSON, server-sent events, forms and
// multipart. It shows a JSON body to people and restores it to the byte, brings bodies that mean the same to the same bytes, and
// replaces values by name while every other byte stays.
//
// All functions are safe for concurrent use and leave their arguments alone. They accept hostile input: time and memory grow
// linearly with it (sorting aside), and nesting is bounded.
package media
