"""What every route of the desk needs: the actor and its rights, one error shape, texts, cursors, pages.

Knows no subject: nothing here says queue, decision or photo.
"""
