// What the pages of course resources and of uploads ask for and change.

export const RESOURCES = `query Resources($courseId: ID!) { course(id: $courseId) { id resources { id kind title folder fileName size url version updatedAt } } }`;
export const RESOURCES_TO_EDIT = `query ResourcesToEdit($courseId: ID!) { course(id: $courseId) { id resources {
  id kind title folder fileName size url version updatedAt versions { version fileName size addedAt }
} } }`;
export const RESOURCE_LINK = `query ResourceLink($resourceId: ID!, $version: Int) { resourceLink(resourceId: $resourceId, version: $version) { url } }`;
export const ADD_RESOURCE = `mutation AddResource($input: AddResourceInput!) { addCourseResource(input: $input) { id } }`;
export const ADD_RESOURCE_LINK = `mutation AddResourceLink($input: AddLinkInput!, $idempotencyKey: IdempotencyKey) { addCourseLink(input: $input, idempotencyKey: $idempotencyKey) { id } }`;
export const UPDATE_RESOURCE = `mutation UpdateResource($id: ID!, $input: UpdateResourceInput!) { updateCourseResource(id: $id, input: $input) { id } }`;
export const ADD_FILM = `mutation AddFilm($input: AddVideoInput!) { addVideo(input: $input) { id } }`;
export const REPLACE_FILM = `mutation ReplaceFilm($id: ID!, $uploadId: ID!) { updateVideo(id: $id, input: { uploadId: $uploadId }) { id } }`;
export const DELETE_RESOURCE = `mutation DeleteResource($id: ID!) { deleteCourseResource(id: $id) }`;

export const GENERATE_UPLOAD = `mutation GenerateUpload($input: UploadInput!) { generateUploadUrl(input: $input) { ...Sent } }
fragment Sent on Upload { id size partSize stored expiresAt links { part start size url headers { name value } } }`;
export const UPLOAD = `query Upload($id: ID!) { upload(id: $id) { ...Sent } }
fragment Sent on Upload { id size partSize stored expiresAt links { part start size url headers { name value } } }`;
export const ABANDON_UPLOAD = `mutation AbandonUpload($id: ID!) { abandonUpload(id: $id) }`;
