"""Making of videos what browsers play, by ffmpeg."""
