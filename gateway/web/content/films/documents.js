// What the library of films asks for and changes.

export const FILMS = `query Films($courseId: ID!) { course(id: $courseId) { id videos {
  id title status progress fault durationSeconds width height fileName size updatedAt
  captions { language label } lessons { id title }
} } }`;
export const FILMS_TO_CHOOSE = `query FilmsToChoose($courseId: ID!) { course(id: $courseId) { id videos { id title status progress fault durationSeconds } } }`;
export const RENAME_FILM = `mutation RenameFilm($id: ID!, $title: String!) { updateVideo(id: $id, input: { title: $title }) { id } }`;
export const RETRY_FILM = `mutation RetryFilm($id: ID!) { retryVideo(id: $id) { id } }`;
export const DELETE_FILM = `mutation DeleteFilm($id: ID!) { deleteVideo(id: $id) }`;
export const SET_CAPTIONS = `mutation SetCaptions($videoId: ID!, $input: VideoCaptionsInput!) { setVideoCaptions(videoId: $videoId, input: $input) { id } }`;
export const DELETE_CAPTIONS = `mutation DeleteCaptions($videoId: ID!, $language: String!) { deleteVideoCaptions(videoId: $videoId, language: $language) }`;
