"""Live updates: pages are told that what they show has changed, over a WebSocket, and ask anew by their usual address.

    gateway.py     the event loop of a process: its sockets, who is told what
    thread.py      that loop as a thread of a web process
    socket.py      one connection
    admission.py   who may open one
    news.py        what has happened since, and whom it may be told; the same by an ordinary request (`/live/news`)
    topics.py      what a page can listen to

A message is a hint (which topics, which revision) and holds nothing about people.
"""

PATH = "/live/socket"
"""The address of the socket."""
