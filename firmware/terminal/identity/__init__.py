"""Faces and photos: the face module, its checks, the camera and the photos on flash."""
