script-copy-link = Copy link
script-link-copied = Link copied
script-link-not-copied = The link could not be copied
post-neighbours = Other posts
post-newer = Newer
post-older = Older
