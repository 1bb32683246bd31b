// What the player asks for.

export const LESSON_FILM = `query LessonFilm($lessonId: ID!) { lesson(id: $lessonId) { id video { id title status width height } } }`;
export const FILM = `query Film($id: ID!) { video(id: $id) { id title status width height } }`;
export const LESSON_STREAM = `query LessonStream($lessonId: ID!) { generateStreamingUrl(lessonId: $lessonId) { ...Stream } }
fragment Stream on StreamingUrl { url durationSeconds expiresAt captions { language label url } }`;
export const FILM_STREAM = `query FilmStream($id: ID!) { videoPreview(videoId: $id) { ...Stream } }
fragment Stream on StreamingUrl { url durationSeconds expiresAt captions { language label url } }`;
