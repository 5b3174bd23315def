"""What the pages of both areas share: headers, tokens, errors, templates, assets and icons."""
