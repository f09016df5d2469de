export const UPLOAD_ROUTE = 'allynet:upload';

export interface UploadOptions {
  /** The field of the form that holds files. */
  field: string;
  mostFiles: number;
  /** Of each file. */
  mostBytes: number;
}
