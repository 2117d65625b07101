"""Questions, and what can be said and done about them without a server.

Values in, values out: reading an office's files, checking questions, planning and
drawing papers, marking answers.  Nothing here may import a web framework, a database
or the application, so that a paper or a mark can be rebuilt by anyone with this folder.
"""
